import { byId, h } from './dom.js';
import { wireJump } from './jump.js';
import { showList } from './list-view.js';
import { showTrace } from './trace-view.js';

const main = byId('main');
const traceId = /^\/trace\/([^/]+)/.exec(location.pathname)?.[1];

wireJump();
try {
  await (traceId === undefined ? showList(main) : showTrace(main, decodeURIComponent(traceId)));
} catch {
  main.replaceChildren(
    h('p', { class: 'note error', role: 'alert' }, 'The trace desk does not answer. Reload to try again.'),
  );
}
