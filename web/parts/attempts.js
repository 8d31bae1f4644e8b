// Does what a button asks for, and says beside it what the service refused.

import { h, write } from "../core/dom.js";
import { isAbort } from "../core/errors.js";

export function attempts() {
  const element = h("p", { class: "notice bad", role: "alert", hidden: true });
  return { element, act };

  async function act(what) {
    element.hidden = true;
    try {
      await what();
    } catch (error) {
      if (isAbort(error)) return;
      element.hidden = false;
      write(element, error.message);
    }
  }
}
