/** A request body that is not OTLP. The message says where and shows none of its content. */
export class OtlpFormatError extends Error {
  override readonly name = 'OtlpFormatError';
}
