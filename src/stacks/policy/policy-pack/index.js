#!/usr/bin/env node
// From source; the build puts the bundled pack in the place of this file.
import("../pack.ts");
