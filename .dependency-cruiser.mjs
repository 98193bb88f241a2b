// The arrows of ARCHITECTURE.md as rules. Each comment says what to do instead.

/** Only these folders may be imported from `from`; everything in node_modules and node: is another rule's business. */
const only = (from, to, comment, options = {}) => ({
  name: `${from.replaceAll("/", "-")}-imports`,
  severity: "error",
  comment,
  from: { path: `^src/${from}/`, ...options.from },
  to: { path: "^(src|bin|tools|tests)/", pathNot: `^src/(${[from, ...to].join("|")})/`, ...options.to },
});

const pureFolders =
  "^src/(model|audit|report|generate|firebase|guard|verify|stacks/policy/rules|migrate/plan|migrate/steps|migrate/engine)/";

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only("model", [], "model imports nothing: move the shared shape here, or the code out."),
    only("manifest", ["model"], "manifest knows model only: pass what it needs as an argument."),
    only("clients", ["model"], "clients know model only: translate answers to facts in sources."),
    only("report", ["model"], "reporters turn a Report into a string: put what they need into the Report."),
    only("sources/code", ["model"], "the code library knows no SDK of ours: recognise calls in sources/callers."),
    only(
      "sources/history",
      ["sources/code", "model"],
      "history knows commits and files: what they say is read by others.",
    ),
    only("sources/callers", ["sources/code", "model"], "a source reads; comparing is for audit."),
    only("sources/declared", ["sources/code", "model"], "a source reads; comparing is for audit."),
    only("sources/deployed", ["clients", "model"], "a source reads; comparing is for audit."),
    only("sources/holders", ["clients", "model"], "a source reads; comparing is for audit."),
    only("audit", ["manifest", "model"], "rules see a snapshot, a manifest and a day: gather facts in sources."),
    only("fix", ["manifest", "sources/code", "model"], "fix rewrites text: reading and writing files is for cli."),
    only(
      "generate",
      ["manifest", "sources/code", "model"],
      "generate writes text: reading and writing files is for cli.",
    ),
    only("firebase", ["model"], "the rules of the Firebase CLI see facts: reading them is for cli and deployers."),
    only("guard", ["firebase", "audit", "manifest", "model"], "guard judges a plan by facts: gather them in cli/wire."),
    only("verify", ["audit", "manifest", "model"], "the checklist is made of facts: gather them in cli/wire."),
    only("sandbox", ["model"], "the sandbox shares no code with clients, so that a shared mistake cannot hide."),
    only(
      "stacks/provider",
      ["model"],
      "the provider shares no code with sandbox and clients, so that a shared mistake cannot hide.",
    ),
    only(
      "stacks",
      ["manifest", "model"],
      "the program knows the manifest: cli/wire brings it what the code declares.",
      {
        from: { path: "^src/stacks/", pathNot: "^src/stacks/(index[.]ts$|provider/|policy/)" },
      },
    ),
    {
      name: "stacks-entry-imports",
      severity: "error",
      comment: "index.ts is an entry as bin/ is one: it hands the engine what cli/wire has read, and nothing else.",
      from: { path: "^src/stacks/index[.]ts$" },
      to: { path: "^src/", pathNot: "^src/(stacks/|cli/wire/fleet/)" },
    },
    only(
      "deployers",
      ["stacks", "firebase", "manifest", "clients", "model"],
      "a deployer gets what it deploys from cli/wire.",
    ),
    {
      name: "pulumi-in-stacks-only",
      severity: "error",
      comment: "Pulumi is one way to deploy: say what you need in deployers/port.ts, and let src/stacks do it.",
      from: { path: "^(src|bin)/", pathNot: "^src/stacks/" },
      to: { path: "(^|/)node_modules/@pulumi/" },
    },
    {
      name: "pulumi-loaded-when-used",
      severity: "error",
      comment: "These load Pulumi's SDK, which takes longer than most commands: import them where they are used.",
      from: {
        path: "^(src|bin)/",
        pathNot: "^src/stacks/(run|program|no-positions|locks|index)[.]ts$|^src/stacks/(provider|policy)/",
      },
      to: {
        path: "^src/stacks/(run|program|no-positions|locks|index|provider/server|policy/(pack|policies))[.]ts$",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    only("stacks/policy", ["stacks", "manifest", "model"], "the pack judges by the manifest alone."),
    only("migrate/plan", ["manifest", "model"], "a plan is made from one look: cli/wire brings it what it needs."),
    only(
      "migrate/engine",
      ["migrate/journal", "migrate/steps", "migrate/ports", "model"],
      "the engine knows steps and ports, and nothing of the outside.",
    ),
    only("migrate/journal", ["migrate/ports", "model"], "the journal knows records and stores."),
    only("migrate/steps", ["migrate/ports", "model"], "a step asks ports: what reaches outside is in migrate/outside."),
    only(
      "migrate/outside",
      ["migrate/ports", "deployers", "clients", "manifest", "model"],
      "an adapter of one port, over clients and the deployer.",
    ),
    only("functions", [], "the reference codebase is a package of its own."),
    {
      name: "pure-core",
      severity: "error",
      comment: "This folder has no input or output: take text and values as arguments, let cli read and write.",
      from: { path: pureFolders },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "manifest-is-pure",
      severity: "error",
      comment: "manifest gets texts from cli; it reads no files.",
      from: { path: "^src/manifest/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-wire-loads-the-sandbox",
      severity: "error",
      comment: "Commands ask cli/wire for a stand-in; only wire and the sandbox command start one.",
      from: { path: "^(src|bin)/", pathNot: "^src/(sandbox/|stacks/provider/|cli/wire|cli/commands/sandbox)" },
      to: { path: "^src/(sandbox|stacks/provider)/" },
    },
    {
      name: "nothing-imports-cli",
      severity: "error",
      comment: "cli is the outermost layer: move what is shared inwards.",
      from: { path: "^src/", pathNot: "^src/(cli/|stacks/index[.]ts$)" },
      to: { path: "^src/cli/" },
    },
    {
      name: "bin-imports-cli-only",
      severity: "error",
      comment: "bin hands over arguments and streams, nothing else.",
      from: { path: "^bin/" },
      to: { path: "^src/", pathNot: "^src/cli/" },
    },
    {
      name: "no-circular",
      severity: "error",
      comment: "Two files that need each other are one part, or lack a third: split by what is shared.",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "Nothing imports this file: delete it, or import it where it belongs.",
      from: { orphan: true, path: "^src/", pathNot: "^src/functions/" },
      to: {},
    },
    {
      name: "no-development-packages",
      severity: "error",
      comment: "What users run may need only `dependencies`: add the package there with its exact version.",
      from: { path: "^(src|bin)/", pathNot: "^src/functions/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-utils",
      severity: "error",
      comment: "Name a file after what it does, not after how often it is used.",
      from: { path: "^src/" },
      to: { pathNot: "node_modules", path: "/(util|utils|helper|helpers|common|misc|shared)(/|[.]ts$)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)node_modules/|^src/functions/lib/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
