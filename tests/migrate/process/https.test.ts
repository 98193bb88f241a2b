import { describeMatrix } from "./describe-matrix.ts";
import { https } from "./kinds/pages.ts";

describeMatrix("https", https);
