import type { Plan, PlanInput } from "../../fix/plan.ts";

/** Writes what was planned, reads the tree anew and compares; false when it had to put everything back. */
export async function writeFixes(plan: Plan, root: string, input: PlanInput): Promise<boolean> {
  const [{ writeChanges }, { DraftProject }, { differenceFrom }, { listFiles }] = await Promise.all([
    import("../edit-files.ts"),
    import("../../fix/draft-project.ts"),
    import("../../fix/verify.ts"),
    import("../../sources/code/files.ts"),
  ]);
  const changes = [...plan.changed].map(([file, after]) => ({ file, before: plan.original.get(file) ?? "", after }));
  const undo = writeChanges(root, changes);
  let isSame = false;
  try {
    const after = await input.read(new DraftProject(root, await listFiles(root)));
    const tasks = plan.mended.map(({ task }) => task);
    isSame = differenceFrom(input.reading, after, tasks) === null;
  } finally {
    if (!isSame) undo();
  }
  return isSame;
}
