// A job as it stands, kept up to date by its event stream. Tells of `job` (anything of it has
// changed), `event` (a new event) and `live` (the stream's own state, or that the job is gone).

import { get, getAll, jobPath } from "../../../core/api.js";
import { isAbort } from "../../../core/errors.js";
import { follow } from "../../../core/stream.js";
import { FINAL } from "../../../parts/state.js";

const SOON = 0.15;
const LONGEST_WAIT = 15;

export async function jobFeed(id, signal) {
  const [job, events] = await Promise.all([
    get(jobPath(id), {}, signal),
    getAll(jobPath(id, "events"), {}, signal),
  ]);
  return new JobFeed(job, events.reverse(), signal);
}

class JobFeed extends EventTarget {
  constructor(job, events, signal) {
    super();
    Object.assign(this, { job, events, signal, live: "closed" });
    this.listen();
  }

  get ended() {
    return FINAL.has(this.job.status);
  }

  on(name, act) {
    this.addEventListener(name, act, { signal: this.signal });
  }

  // Takes an answer of the service about this job, and follows it again if it has been revived.
  take(job) {
    const revived = this.ended && !FINAL.has(job.status);
    this.job = job;
    this.tell("job");
    if (revived) this.listen();
  }

  async refresh() {
    this.take(await get(jobPath(this.job.id), {}, this.signal));
  }

  listen() {
    if (this.ended) return;
    const on = {
      event: (event) => this.hear(event),
      progress: (told) => this.move(told),
      done: () => this.refreshSoon(),
      state: (live) => this.say(live),
    };
    follow(
      jobPath(this.job.id, "events", "stream"),
      this.events.at(-1)?.number ?? 0,
      on,
      this.signal,
    );
  }

  hear(event) {
    if (event.number <= (this.events.at(-1)?.number ?? 0)) return;
    this.events.push(event);
    this.tell("event");
    this.refreshSoon();
  }

  move({ status, progress }) {
    const changed = status !== this.job.status;
    this.job = { ...this.job, status, progress };
    this.tell("job");
    if (changed) this.refreshSoon();
  }

  say(live) {
    this.live = live;
    this.tell("live");
    // What a broken stream has not told of a job that ended meanwhile.
    if (live === "closed" && !this.ended) this.refreshSoon();
  }

  // Several events come at once: one look suffices. A failed look is tried again, each time later.
  refreshSoon(seconds = SOON) {
    if (this.timer || this.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.refresh().catch((error) => this.miss(error, seconds));
    }, seconds * 1000);
  }

  miss(error, waited) {
    if (isAbort(error) || this.signal.aborted) return;
    if (error.status === 404) return this.say("gone");
    // A stream that is open tells of its own breaks.
    if (this.live !== "open") this.say("waiting");
    this.refreshSoon(Math.min(LONGEST_WAIT, 2 * waited + 1));
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
