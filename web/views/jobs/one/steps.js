// What was measured at each step, fetched from where the last look ended.

import { get, jobPath } from "../../../core/api.js";

const MOST = 10_000;

export class Steps {
  constructor(id, signal) {
    Object.assign(this, { id, signal, rows: [], busy: false, again: false });
  }

  // Fetches what is new; returns whether there was anything. A call while one is under way is
  // answered by another look after it.
  async update() {
    if (this.busy) {
      this.again = true;
      return false;
    }
    this.busy = true;
    const before = this.rows.length;
    try {
      do {
        this.again = false;
        await this.fetch();
      } while (this.again);
    } finally {
      this.busy = false;
    }
    return this.rows.length > before;
  }

  async fetch() {
    let page;
    do {
      const after_step = this.rows.at(-1)?.step ?? 0;
      page = await get(jobPath(this.id, "metrics"), { after_step, limit: MOST }, this.signal);
      this.rows.push(...page.data.map(({ step, values }) => ({ step, ...values })));
    } while (page.has_more);
  }

  get terms() {
    return Object.keys(this.rows[0]?.terms ?? {});
  }

  column(read) {
    return this.rows.map(read);
  }
}
