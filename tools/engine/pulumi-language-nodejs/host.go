package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// The exit code with which cmd/run says: the error has been shown, add nothing.
const alreadyShown = 32

// host answers the engine. Code generation (GenerateProgram, GenerateProject, GeneratePackage, Pack, Link) stays
// unimplemented: that is what `pulumi convert` and `pulumi package add` need the vendor's host for.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string
	alive  context.Context // ends when the engine is gone or this process is told to stop
}

func (h *host) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// Run runs a program to its end. A program that throws has told so itself and ends with `alreadyShown`.
func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	options, err := readOptions(request.GetInfo())
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(orEmpty(request.GetConfig()))
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(append([]string{}, request.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	info := request.GetInfo()
	arguments := []string{
		"--monitor=" + request.GetMonitorAddress(),
		"--engine=" + h.engine,
		"--organization=" + request.GetOrganization(),
		"--project=" + request.GetProject(),
		"--root-directory=" + info.GetRootDirectory(),
		"--stack=" + request.GetStack(),
		"--parallel=" + strconv.Itoa(int(request.GetParallel())),
		"--pwd=" + request.GetPwd(),
	}
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	program := filepath.Join(info.GetProgramDirectory(), info.GetEntryPoint())
	arguments = append(append(arguments, program), request.GetArgs()...)

	ctx, release := h.whileAlive(ctx)
	defer release()
	command, err := entryPoint(ctx, "run", info.GetProgramDirectory(), options, arguments)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	command.Env = append(os.Environ(),
		"PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	command.Env = append(command.Env, options.environment()...)
	command.Dir = request.GetPwd()
	// The engine forwards both streams of this process, so the program's output needs no relay.
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == alreadyShown:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit) && exit.Exited():
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", exit.ExitCode())}, nil
	default:
		return &pulumirpc.RunResponse{Error: "Program ended abnormally: " + err.Error()}, nil
	}
}

// RunPlugin runs a policy pack, or a plugin of another kind, until the engine ends the call.
func (h *host) RunPlugin(
	request *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	options, err := readOptions(request.GetInfo())
	if err != nil {
		return err
	}
	info := request.GetInfo()
	program := filepath.Join(info.GetProgramDirectory(), info.GetEntryPoint())
	script, arguments, directory := "run-plugin", append([]string{program}, request.GetArgs()...), request.GetPwd()
	if request.GetKind() == "analyzer" {
		// A pack reads the package.json of the folder it runs in, and its entry point wants the engine's address, the
		// last of the engine's arguments, before the program.
		script, arguments, directory = "run-policy-pack", append(request.GetArgs(), program), info.GetProgramDirectory()
	}

	ctx, release := h.whileAlive(stream.Context())
	defer release()
	command, err := entryPoint(ctx, script, info.GetProgramDirectory(), options, arguments)
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	command.Env = append(request.GetEnv(), options.environment()...)
	command.Dir = directory
	command.Stdout, command.Stderr = stdout, stderr
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code := &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}
		return stream.Send(&pulumirpc.RunPluginResponse{Output: code})
	}
	return err
}

// InstallDependencies runs the project's package manager, npm unless the runtime option `packagemanager` says else.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	options, err := readOptions(request.GetInfo())
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer closer.Close()
	ctx, release := h.whileAlive(stream.Context())
	defer release()
	command := exec.CommandContext(ctx, options.packageManager, "install")
	command.Dir = request.GetInfo().GetProgramDirectory()
	command.Stdout, command.Stderr = stdout, stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("`%s install` in %s failed: %w", options.packageManager, command.Dir, err)
	}
	return nil
}

func (h *host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	output, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("`%s --version` failed: %w", node, err)
	}
	return &pulumirpc.AboutResponse{Executable: node, Version: strings.TrimSpace(string(output))}, nil
}

func (h *host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

func (h *host) Template(context.Context, *pulumirpc.TemplateRequest) (*pulumirpc.TemplateResponse, error) {
	return &pulumirpc.TemplateResponse{}, nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// whileAlive is `ctx`, ended as well when the engine is gone.
func (h *host) whileAlive(ctx context.Context) (context.Context, func()) {
	ctx, end := context.WithCancel(ctx)
	release := context.AfterFunc(h.alive, end)
	return ctx, func() { release(); end() }
}

func orEmpty(config map[string]string) map[string]string {
	if config == nil {
		return map[string]string{}
	}
	return config
}
