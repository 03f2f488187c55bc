/** Talks to the sandbox's control API. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function request(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/sandbox${path}`, options);
  const data = await answer.json();
  if (!answer.ok) throw new Refused(data.code, data.message);
  return data;
}

const query = (values) => new URLSearchParams(values).toString();

export const get = (path, values = {}) => request("GET", `${path}?${query(values)}`);
export const post = (path, body = {}) => request("POST", path, body);
export const remove = (path) => request("DELETE", path);

/** One deed of the person with one account. */
export const deed = (appid, person, name, fields = {}) =>
  post(`/accounts/${appid}/people/${person}/${name}`, fields);

/** Calls back whenever anything in the sandbox changed; falls back to asking when the stream breaks. */
export function watch(changed) {
  const source = new EventSource("/sandbox/events");
  source.onmessage = changed;
  source.onerror = () => setTimeout(changed, 1000);
}
