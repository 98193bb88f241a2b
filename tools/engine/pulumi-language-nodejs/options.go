package main

import (
	"fmt"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Package managers that the runtime option `packagemanager` may name.
var packageManagers = []string{"npm", "pnpm", "yarn", "bun"}

// options are the `runtime.options` of a project file, as Pulumi documents them for Node.js.
type options struct {
	typescript     bool     // whether TypeScript is compiled by ts-node; Node's own type stripping needs it off
	tsconfig       string   // path of a tsconfig.json other than the project's own
	nodeArguments  []string // flags for node itself
	packageManager string
}

// readOptions refuses what it does not know: an option silently left out would run another program than the one meant.
func readOptions(info *pulumirpc.ProgramInfo) (options, error) {
	result := options{typescript: true, packageManager: "npm"}
	for name, value := range info.GetOptions().AsMap() {
		fits := true
		switch name {
		case "typescript":
			result.typescript, fits = value.(bool)
		case "tsconfig":
			result.tsconfig, fits = value.(string)
		case "nodeargs":
			var text string
			text, fits = value.(string)
			result.nodeArguments = strings.Fields(text)
		case "packagemanager":
			result.packageManager, fits = value.(string)
			fits = fits && slices.Contains(packageManagers, result.packageManager)
		default:
			return result, fmt.Errorf("the runtime option %q is not known to this host (known: nodeargs, packagemanager, "+
				"tsconfig, typescript); the vendor's pulumi-language-nodejs may know it", name)
		}
		if !fits {
			return result, fmt.Errorf("the runtime option %q has no use for the value %v", name, value)
		}
	}
	return result, nil
}

// environment is what the entry points of @pulumi/pulumi read the options from.
func (o options) environment() []string {
	if !o.typescript {
		return []string{"PULUMI_NODEJS_TYPESCRIPT=false"}
	}
	result := []string{"PULUMI_NODEJS_TYPESCRIPT=true"}
	if o.tsconfig != "" {
		result = append(result, "PULUMI_NODEJS_TSCONFIG_PATH="+o.tsconfig)
	}
	return result
}
