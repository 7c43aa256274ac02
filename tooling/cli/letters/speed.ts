const LOOKS = 20;

/** How fast a count grows, over the last looks at it. */
export function speedometer(): { at: (now: Date, count: number) => number | undefined } {
  const looks: { ms: number; count: number }[] = [];
  return {
    at(now, count) {
      looks.push({ ms: now.getTime(), count });
      if (looks.length > LOOKS) looks.shift();
      const [first] = looks;
      const passed = now.getTime() - (first?.ms ?? 0);
      return first === undefined || passed < 1_000 ? undefined : ((count - first.count) / passed) * 1_000;
    },
  };
}
