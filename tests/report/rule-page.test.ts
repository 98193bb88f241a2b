import { expect, it } from "vitest";
import { rulePageText } from "../../src/report/rule-page.ts";

const page = `# stale-holder

An outside system sends to a copy that is not wanted.

## An example that fails

\`\`\`yaml
stripeWebhook: { class: payments, trigger: https, holders: [stripe] }
\`\`\`

\`\`\`text
stripeWebhook  error  [stale-holder]
  Stripe endpoint payments sends to stripeWebhook in europe-west1.
\`\`\`

## The mend

1. Change the URL in place, at the provider.
2. Wait.
`;

it("wraps text, keeps input whole and indents examples", () => {
  expect(rulePageText(page, { width: 40, color: false })).toBe(`stale-holder

An outside system sends to a copy that
is not wanted.

An example that fails

    stripeWebhook: { class: payments, trigger: https, holders: [stripe] }

    stripeWebhook  error  [stale-holder]
      Stripe endpoint payments sends to
      stripeWebhook in europe-west1.

The mend

1. Change the URL in place, at the
   provider.
2. Wait.
`);
});

it("makes headings bold where colour is asked for", () => {
  expect(rulePageText("# x\n\ntext\n", { width: 40, color: true })).toBe("\u001b[1mx\u001b[22m\n\ntext\n");
});
