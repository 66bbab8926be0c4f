import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { EXPORT_RESPONSE, PARTIAL_SUCCESS, RPC_STATUS } from './wire-tags.js';

/** The two encodings of OTLP/HTTP; an answer has the encoding of its request. */
export interface OtlpEncoding {
  readonly contentType: string;
  /** An `ExportTraceServiceResponse`: empty when every span was accepted. */
  exportResponse(outcome: PartialSuccess): Uint8Array;
  /** A `google.rpc.Status`. */
  status(code: number, message: string): Uint8Array;
}

export interface PartialSuccess {
  readonly rejected: number;
  /** Why spans were rejected; empty when none was. */
  readonly reason: string;
}

const protobuf: OtlpEncoding = {
  contentType: 'application/x-protobuf',
  exportResponse({ rejected, reason }) {
    const writer = new BinaryWriter();
    if (rejected > 0) {
      writer.uint32(EXPORT_RESPONSE.partialSuccess).fork();
      writer.uint32(PARTIAL_SUCCESS.rejectedSpans).int64(rejected);
      writer.uint32(PARTIAL_SUCCESS.errorMessage).string(reason);
      writer.join();
    }
    return writer.finish();
  },
  status(code, message) {
    return new BinaryWriter().uint32(RPC_STATUS.code).int32(code).uint32(RPC_STATUS.message).string(message).finish();
  },
};

const json: OtlpEncoding = {
  contentType: 'application/json',
  exportResponse({ rejected, reason }) {
    const partialSuccess = rejected > 0 ? { rejectedSpans: String(rejected), errorMessage: reason } : {};
    return Buffer.from(JSON.stringify({ partialSuccess }));
  },
  status: (code, message) => Buffer.from(JSON.stringify({ code, message })),
};

const BY_MEDIA_TYPE: Readonly<Record<string, OtlpEncoding>> = {
  'application/json': json,
  'application/x-protobuf': protobuf,
};

/** The encoding that a `Content-Type` names, or undefined for one that OTLP/HTTP does not have. */
export function otlpEncoding(contentType: string | undefined): OtlpEncoding | undefined {
  return BY_MEDIA_TYPE[(contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()];
}

export const SUPPORTED_MEDIA_TYPES = Object.keys(BY_MEDIA_TYPE);

/** `google.rpc.Code`s that an OTLP receiver answers with. */
export const RPC_CODE = { invalidArgument: 3, resourceExhausted: 8, internal: 13 } as const;
