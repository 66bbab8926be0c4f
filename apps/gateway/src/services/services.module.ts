import { Global, Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import {
  AnalysisServiceService,
  AuthServiceService,
  createGrpcClient,
  StorageServiceService,
  ValidationServiceService,
} from '@epro/contracts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway.config.js';
import { ANALYSIS_CLIENT, AUTH_CLIENT, STORAGE_CLIENT, VALIDATION_CLIENT } from './service-clients.js';

interface Closable {
  close(): void;
}

const clientProvider = (token: symbol, create: (config: GatewayConfig) => Closable): FactoryProvider<Closable> => ({
  provide: token,
  inject: [GATEWAY_CONFIG],
  useFactory: create,
});

const CLIENTS = [
  clientProvider(AUTH_CLIENT, ({ addresses, requestTimeoutMs: timeoutMs }) =>
    createGrpcClient(AuthServiceService, { address: addresses.auth, timeoutMs }),
  ),
  clientProvider(VALIDATION_CLIENT, ({ addresses, requestTimeoutMs: timeoutMs }) =>
    createGrpcClient(ValidationServiceService, { address: addresses.validation, timeoutMs }),
  ),
  clientProvider(STORAGE_CLIENT, ({ addresses, requestTimeoutMs: timeoutMs }) =>
    createGrpcClient(StorageServiceService, { address: addresses.storage, timeoutMs }),
  ),
  clientProvider(ANALYSIS_CLIENT, ({ addresses, analysisTimeoutMs: timeoutMs }) =>
    createGrpcClient(AnalysisServiceService, { address: addresses.analysis, timeoutMs }),
  ),
];

/** The clients of the four services. */
@Global()
@Module({ providers: CLIENTS, exports: CLIENTS })
export class ServicesModule implements OnApplicationShutdown {
  private readonly clients: Closable[];

  constructor(
    @Inject(AUTH_CLIENT) auth: Closable,
    @Inject(VALIDATION_CLIENT) validation: Closable,
    @Inject(STORAGE_CLIENT) storage: Closable,
    @Inject(ANALYSIS_CLIENT) analysis: Closable,
  ) {
    this.clients = [auth, validation, storage, analysis];
  }

  // Not earlier: this hook runs after the HTTP server has answered its last request, and each one needs its calls.
  onApplicationShutdown(): void {
    for (const client of this.clients) client.close();
  }
}
