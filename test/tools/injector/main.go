// Command injector does to pods what Dapr's sidecar injector would do to them,
// with the injector's own code, so that tests can see which daprd a pod gets
// without a cluster.
//
//	injector < REQUESTS
//	injector -annotations
//
// It reads requests from stdin, one after the other, and prints one line of
// JSON for each: {"pod":{…}}, which is the same pod where Dapr has nothing to
// do, or {"error":"…"}, for which Dapr would have refused it. A request that is
// not JSON is a failure of the program. With -annotations it prints the name of
// every annotation the injector reads.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"

	components "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	"github.com/dapr/dapr/pkg/injector/patcher"
	"github.com/dapr/kit/logger"
)

// request is one value of the input. What is absent is as in a control plane
// installed with Dapr's chart and no values of one's own.
type request struct {
	Namespace string          `json:"namespace"`
	Pod       json.RawMessage `json:"pod"`
	// Environment holds variables of the injector's own container.
	Environment map[string]string `json:"environment"`
	// MTLS is what the Configuration daprsystem says.
	MTLS *bool `json:"mtls"`
	// SchedulerReplicas is the size of the scheduler's StatefulSet; 0 is none.
	SchedulerReplicas *int `json:"schedulerReplicas"`
	// TrustAnchors is the content of the trust bundle.
	TrustAnchors *string `json:"trustAnchors"`
	// Components are those of the namespace, as the API server lists them.
	Components []components.Component `json:"components"`
}

// result is one line of output; exactly one of Pod and Error is set.
type result struct {
	Pod   json.RawMessage `json:"pod,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	isList := flag.Bool("annotations", false, "print the names of the annotations the injector reads, and nothing else")
	flag.Parse()
	for _, name := range []string{"dapr.injector", "dapr.injector.service", "dapr.injector.patcher"} {
		logger.NewLogger(name).SetOutput(io.Discard) // the patcher's log, which else gets into the answers
	}
	work := run
	if *isList {
		work = list
	}
	if err := work(os.Stdout, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "injector:", err)
		os.Exit(1)
	}
}

// list prints the names in the tags of Dapr's configuration, which Dapr keeps
// equal to the constants of its annotations package.
func list(out io.Writer, _ io.Reader) error {
	names := []string{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[patcher.SidecarConfig]()) {
		if name := field.Tag.Get("annotation"); name != "" {
			names = append(names, name)
		}
	}
	return json.NewEncoder(out).Encode(names)
}

func run(out io.Writer, in io.Reader) error {
	buffered := bufio.NewWriter(out)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	requests := json.NewDecoder(bufio.NewReader(in))
	for {
		var asked request
		if err := requests.Decode(&asked); errors.Is(err, io.EOF) {
			return buffered.Flush()
		} else if err != nil {
			return err
		}
		if err := lines.Encode(answer(&asked)); err != nil {
			return err
		}
	}
}

func answer(asked *request) result {
	pod, err := inject(asked)
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{Pod: pod}
}
