// Does what a button asks for, and says beside it what the service refused.

import { write } from "../core/dom.js";
import { isAbort } from "../core/errors.js";
import { refusalNotice } from "./notice.js";

export function attempts() {
  const element = refusalNotice();
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
