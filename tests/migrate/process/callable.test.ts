import { describeMatrix } from "./describe-matrix.ts";
import { callable } from "./kinds/pages.ts";

describeMatrix("callable", callable);
