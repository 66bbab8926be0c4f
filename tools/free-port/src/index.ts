export { freePort, freePorts, isPortTaken } from './free-port.js';
