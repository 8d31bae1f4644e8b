// Server-sent events as text: blocks of `name: value` lines that an empty line ends.

export function splitMessages(text) {
  const blocks = text.split("\n\n");
  const unfinished = blocks.pop();
  return [blocks.map(readBlock).filter((message) => message.data !== null), unfinished];
}

function readBlock(block) {
  const message = { id: null, event: "message", data: null };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "id") message.id = Number(value);
    if (name === "event") message.event = value;
    if (name === "data") message.data = message.data === null ? value : `${message.data}\n${value}`;
  }
  return message;
}
