import { shutdownOnSignal, verifyInstrumentation } from '@epro/telemetry';
import { loadGatewayConfig } from './config/gateway.config.js';
import { createGateway } from './create-gateway.js';
import { Readiness } from './health/readiness.js';

const config = loadGatewayConfig();
const app = await createGateway(config);
const readiness = app.get(Readiness, { strict: false });
shutdownOnSignal(app, { beforeClose: () => readiness.close() });
// Not ready before it is certain that every hop is traced.
readiness.close();
await app.listen(config.port, config.host);
await verifyInstrumentation({ http: await app.getUrl() });
readiness.reopen();
