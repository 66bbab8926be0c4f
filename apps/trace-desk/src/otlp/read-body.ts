import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { OtlpFormatError } from './otlp-format.error.js';

/** A body that is larger than allowed, before or after decompression. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

const DECOMPRESSORS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> =
  { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * Undoes a request's `Content-Encoding`.
 *
 * @param maxBytes the most that the body may grow to, which is what stops a decompression bomb
 * @throws OtlpFormatError for an encoding that is unknown or does not fit the body
 * @throws BodyTooLargeError
 */
export async function decompressBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  const decompress = DECOMPRESSORS[name];
  if (!decompress) throw new OtlpFormatError('the Content-Encoding is not one of gzip, deflate, identity');
  try {
    return await decompress(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new BodyTooLargeError(`the decompressed body is larger than ${maxBytes} bytes`);
    throw new OtlpFormatError(`the body is not ${name} data`, { cause });
  }
}
