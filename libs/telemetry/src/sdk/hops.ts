/** The kinds of boundary that this library carries context across. */
export const HOPS = ['http', 'grpc-server', 'grpc-client', 'pg'] as const;

export type Hop = (typeof HOPS)[number];
