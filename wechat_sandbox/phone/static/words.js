/** Times as WeChat writes them, in Beijing time. */
const ZONE = "Asia/Shanghai";
const parts = (seconds) => Object.fromEntries(
  new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })
    .formatToParts(new Date(seconds * 1000)).map((part) => [part.type, part.value]));

export function clockTime(seconds, withSeconds = false) {
  const at = parts(seconds);
  return `${at.hour}:${at.minute}${withSeconds ? `:${at.second}` : ""}`;
}

export function dayOf(seconds) {
  const at = parts(seconds);
  return `${at.year}年${at.month}月${at.day}日`;
}

/** 14:05, 昨天, 3月2日, as the chat list has them. */
export function briefly(seconds, now) {
  if (dayOf(seconds) === dayOf(now)) return clockTime(seconds);
  if (dayOf(seconds) === dayOf(now - 86400)) return "昨天";
  return dayOf(seconds).replace(`${parts(now).year}年`, "");
}

/** The grey time above a group of bubbles. */
export function fully(seconds, now) {
  const brief = briefly(seconds, now);
  return brief.includes(":") ? brief : `${brief} ${clockTime(seconds)}`;
}
