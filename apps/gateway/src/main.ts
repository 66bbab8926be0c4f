import { shutdownOnSignal, verifyInstrumentation } from '@epro/telemetry';
import { loadGatewayConfig } from './config/gateway.config.js';
import { createGateway } from './create-gateway.js';
import { Readiness } from './health/readiness.js';

const config = loadGatewayConfig();
const app = await createGateway(config);
shutdownOnSignal(app, { beforeClose: () => app.get(Readiness, { strict: false }).leave() });
await app.listen(config.port, config.host);
await verifyInstrumentation({ http: await app.getUrl() });
