import { audit } from "../../../src/audit/audit.ts";
import { type Beside, documentOf } from "../../../src/audit/document/document.ts";
import type { Manifest } from "../../../src/manifest/manifest.ts";
import type { FleetDocument } from "../../../src/model/document.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import {
  caller,
  copy,
  deployedOf,
  exported,
  holder,
  look,
  manifestFrom,
  type Parts,
  today,
  unreachable,
} from "../../audit/look.ts";

/* A small shop with one of everything that a report shows. */

const shopText = `version: 1
environments: { production: { project: acme-prod } }
regions:
  us-central1: { role: leftovers }
  europe-west1: { role: core business }
  europe-west3: { role: payments, protected: true, quota: { vcpu: 10, warn: 80% } }
classes:
  core: { region: europe-west1, allow: [us-central1], why: may saturate }
  payments: { region: europe-west3, isolatedFrom: [core], why: capture is synchronous }
codebases:
  default: { source: functions, deployer: firebase }
callers:
  web: { root: web }
functions:
  getArticles: core
  getFigures: core
  createPaymentIntent: { class: payments, trigger: callable }
  stripeWebhook: { class: payments, trigger: https, holders: [stripe] }
  onPaid: { class: payments, trigger: event }
flows:
  payment:
    - { from: "web:Checkout", to: createPaymentIntent, via: callable }
    - { from: createPaymentIntent, to: card confirmation, via: note }
    - { from: stripe, to: stripeWebhook, via: holder }
    - { from: payments, to: onPaid, via: trigger }
`;

export const shop = manifestFrom(shopText);

const url = (region: string, name: string) => `https://${region}-acme-prod.cloudfunctions.net/${name}`;

export const shopParts = {
  deployed: deployedOf(
    [
      copy("getArticles", "europe-west1"),
      copy("getArticles", "us-central1", { runtime: "nodejs20" }),
      copy("getFigures", "europe-west1"),
      copy("createPaymentIntent", "europe-west3"),
      copy("stripeWebhook", "europe-west1", { trigger: "https" }),
      copy("onPaid", "europe-west3", { trigger: "event" }),
    ],
    {
      usage: [
        { region: "europe-west3", vcpu: 8.5, from: "2026-11-21T06:00:00Z", to: "2026-11-22T06:00:00Z" },
        { region: "europe-west1", vcpu: 2, from: "2026-11-21T06:00:00Z", to: "2026-11-22T06:00:00Z" },
      ],
      databases: [{ name: "(default)", location: "nam5" }],
    },
  ),
  callers: [
    caller("web/src/Checkout.tsx", 12, "createPaymentIntent", "europe-west1", { symbol: "Checkout" }),
    caller("web/src/Articles.tsx", 4, "getArticles", "europe-west1", { symbol: "Articles" }),
  ],
  declared: ["getArticles", "getFigures"].map((name, index) => exported(name, index + 1, ["europe-west1"])),
  holders: [holder("stripe", "we_1", "url", url("europe-west1", "stripeWebhook"))],
  asked: ["stripe"],
} satisfies Parts;

const nothing: Beside = { earlier: null, history: null, moves: [], unread: [] };

/** The document of a look. */
export function documentFor(
  snapshot: Snapshot,
  manifest: Manifest | null = shop,
  beside: Partial<Beside> = {},
  day = today,
): FleetDocument {
  return documentOf(audit(snapshot, manifest, day), snapshot, manifest, { ...nothing, ...beside });
}

export const shopDocument = (beside: Partial<Beside> = {}) => documentFor(look(shopParts), shop, beside);

/** Nothing is wrong in it, and one region was not reached. */
export const gapDocument = () =>
  documentFor(
    look({
      deployed: deployedOf([copy("getArticles", "europe-west1"), copy("getFigures", "europe-west1")]),
      gaps: [unreachable("europe-west3")],
    }),
    manifestFrom(shopText.slice(0, shopText.indexOf("flows:"))),
  );

/** Nothing is declared, nothing is live, nobody was asked. */
export const emptyDocument = () => documentFor(look({}), null);

/** Words that would be markup, script, or run backwards, wherever they came through as they are. */
export const hostileWords = [
  `"><img src=x onerror="window.hurt='image'">`,
  `</script><script>window.hurt='script'</script>`,
  `</style><style>body{display:none}</style>`,
  "'`code`|[link](javascript:window.hurt=2)",
  "\u202Eevil\u202C\u200B\u0007",
  "<!--",
  `" autofocus onfocus="window.hurt=3`,
  "lone \uD800 half",
];

/** Every text that can come from outside holds all of them. */
export function hostileDocument(): FleetDocument {
  const hurt = hostileWords.join(" ");
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return free.has(key) ? `${value} ${hurt}` : value;
    if (Array.isArray(value)) return value.map((one) => poison(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, name)]));
  };
  const entry = shopDocument().takenAt;
  const full = shopDocument({
    history: [
      {
        takenAt: "2026-11-20T06:00:00Z",
        project: "acme-prod",
        environment: "production",
        overall: 8.1,
        parts: {},
        errors: 9,
        warnings: 0,
        gaps: 1,
        notAsked: ["state"],
      },
    ],
    moves: [{ id: "m", function: "f", from: "a", to: "b", state: "done", at: entry }],
    unread: ["Journals"],
    earlier: {
      file: "last.json",
      at: "2026-11-20",
      copies: { live: new Map([["gone", new Set(["europe-west1"])]]), wasRead: () => true },
      findings: [],
      score: 8.1,
    },
  });
  // Sound because only texts that may be any text are changed.
  return poison(full, "") as FleetDocument;
}

/** Fields that hold text from outside; the others are words of this program, numbers and days. */
const free = new Set(
  (
    "project environment role name why isolatedFrom allow region regions wanted flows function class owner symbol file " +
    "variable label field from to fromRegions toRegions toFound message mend reason scope scopes text functions unread " +
    "notes runtime actual expected"
  ).split(" "),
);
