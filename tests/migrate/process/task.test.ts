import { describeMatrix } from "./describe-matrix.ts";
import { task } from "./kinds/task.ts";

describeMatrix("task", task);
