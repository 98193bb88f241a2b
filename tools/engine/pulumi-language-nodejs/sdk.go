package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// How long node may take to end after it was told to, before it is killed.
const patience = 5 * time.Second

// entryPoint is node with one of the entry points under cmd/ of the program's own @pulumi/pulumi. When `ctx` ends,
// node is asked to end, then killed.
func entryPoint(
	ctx context.Context, script, directory string, options options, arguments []string,
) (*exec.Cmd, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("Node.js is needed to run this program, and there is no `node` on PATH: %w", err)
	}
	file, err := findPackageFile(directory, filepath.Join("@pulumi", "pulumi", "cmd", script, "index.js"))
	if err != nil {
		return nil, err
	}
	all := append(append(append([]string{}, options.nodeArguments...), file), arguments...)
	command := exec.CommandContext(ctx, node, all...)
	command.Cancel = func() error {
		if runtime.GOOS == "windows" {
			return command.Process.Kill()
		}
		return command.Process.Signal(os.Interrupt)
	}
	command.WaitDelay = patience
	return command, nil
}

// findPackageFile looks `file` up in the node_modules of `directory` and of the folders above it, then in NODE_PATH,
// which is how Node resolves it.
func findPackageFile(directory, file string) (string, error) {
	var folders []string
	for folder := directory; ; folder = filepath.Dir(folder) {
		folders = append(folders, filepath.Join(folder, "node_modules"))
		if folder == filepath.Dir(folder) {
			break
		}
	}
	for _, folder := range append(folders, filepath.SplitList(os.Getenv("NODE_PATH"))...) {
		path := filepath.Join(folder, file)
		if stat, err := os.Stat(path); err == nil && !stat.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not installed: no node_modules of %s or above has it. "+
		"Install the program's packages (`npm install` in %s)", filepath.ToSlash(file), directory, directory)
}
