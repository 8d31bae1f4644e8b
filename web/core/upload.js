// Uploads a file and tells how far it is.

import { refused } from "./api.js";
import { UnreachableError } from "./errors.js";

export function upload(file, purpose, onPercent) {
  const form = new FormData();
  form.append("purpose", purpose);
  form.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/v1/files");
  request.responseType = "json";
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onPercent(total ? (100 * loaded) / total : 0),
    );
    request.addEventListener("error", () => reject(new UnreachableError()));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response);
      else reject(refused(request.status, request.response));
    });
    request.send(form);
  });
}
