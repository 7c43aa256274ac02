/** How long the two ways of a step take, by the beginning of its name; in milliseconds. First fit counts. */
const ways: readonly { steps: string; from: number; to: number }[] = [
  { steps: "ledger.", from: 1, to: 30 },
  { steps: "killSwitch.", from: 1, to: 40 },
  { steps: "send.", from: 2, to: 120 },
  { steps: "d1.", from: 1, to: 60 },
  { steps: "kv.", from: 0, to: 30 },
  { steps: "venue.", from: 5, to: 400 },
  { steps: "telegram.", from: 20, to: 400 },
  { steps: "r2.", from: 2, to: 80 },
  { steps: "", from: 0, to: 20 },
];

export function wayOf(step: string): { from: number; to: number } {
  return ways.find((each) => step.startsWith(each.steps)) ?? { from: 0, to: 20 };
}
