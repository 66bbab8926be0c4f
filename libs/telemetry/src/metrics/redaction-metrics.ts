import { redactionCounts } from '../privacy/redactions.js';
import { ATTR_REDACTED, METRIC_REDACTIONS } from '../semconv/metrics.js';
import { onMeasuring } from './measuring.js';

/** Above 0 somebody writes what may not leave: the log has its name. */
onMeasuring((meter) => {
  meter
    .createObservableCounter(METRIC_REDACTIONS, { description: 'What the allow-list kept from leaving.' })
    .addCallback((result) => {
      for (const [what, count] of Object.entries(redactionCounts())) {
        if (count > 0) result.observe(count, { [ATTR_REDACTED]: what });
      }
    });
});
