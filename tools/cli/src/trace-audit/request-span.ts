import type { TraceSpan } from '@epro/trace-contract';

/** Whether it is the span with which a request enters the system. */
export const isRequest = ({ service, kind }: TraceSpan): boolean => service === 'epro-gateway' && kind === 'SERVER';
