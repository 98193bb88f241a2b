// Command pulumi-language-nodejs is the small program the engine starts to run Node.js programs, plugins and policy
// packs (`runtime: nodejs` in Pulumi.yaml, PulumiPlugin.yaml and PulumiPolicy.yaml). It speaks the protocol of
// pulumi/language.proto and hands the work to the entry points that @pulumi/pulumi ships: cmd/run, cmd/run-plugin and
// cmd/run-policy-pack. It stands in for the vendor's host of the same name where the engine is built from modules:
// that host has no module version of its own.
//
// Usage: pulumi-language-nodejs [flags of the engine] ENGINE_ADDRESS. Prints its port as the first line of stdout.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// How often the engine is asked whether it still lives. A host that outlived its engine would keep the program alive.
const engineCheck = 5 * time.Second

func main() {
	// The engine's own flags (--logtostderr, -v=N, --tracing URL) come before the address, which is always last.
	if len(os.Args) < 2 {
		fail("the address of the engine is missing; this program is started by pulumi, not by hand")
	}
	if err := serve(os.Args[len(os.Args)-1]); err != nil {
		fail(err.Error())
	}
}

func serve(engine string) error {
	alive, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	alive, end := context.WithCancel(alive)
	defer end()
	if err := rpcutil.Healthcheck(alive, engine, engineCheck, end); err != nil {
		return fmt.Errorf("cannot watch the engine at %s: %w", engine, err)
	}

	cancel := make(chan bool)
	go func() {
		<-alive.Done()
		close(cancel)
	}()
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: engine, alive: alive})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(server.Port)
	return <-server.Done
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "pulumi-language-nodejs: "+message)
	os.Exit(1)
}
