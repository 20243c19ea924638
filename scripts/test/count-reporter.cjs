// Mocha's spec reporter that also appends its own count to the file named by COUNT_FILE, one JSON line a run, with the
// titles of what was skipped (a skipped test names its reason in its title or prints it; tests/support/skip.ts).
const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.COUNT_FILE) appendFileSync(process.env.COUNT_FILE, `${JSON.stringify({ passed: passes, failed: failures, skipped: pending, titles: skipped })}\n`);
    });
  }
};
