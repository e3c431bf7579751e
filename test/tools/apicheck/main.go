// Command apicheck says what a Kubernetes API server would have against the
// workloads in a stream of manifests: one line of JSON for each file, with the
// server's own decoding, defaults and validation and no server.
//
//	apicheck [-apply] FILE...
//
// The stream is taken apart as kubectl does, Lists are unwrapped, and fields
// that are unknown or there twice are problems. Only workloads are looked at;
// versions of them that the server no longer serves count as well, so far as it
// still knows them. With -apply, what only server-side apply refuses is a
// problem too: two entries with one key in a list, such as a variable that is
// there twice. Files that cannot be read have "error" in their line.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"k8s.io/kubernetes/pkg/capabilities"
)

// result is one line of output.
type result struct {
	File     string   `json:"file"`
	Problems []string `json:"problems"`
	Error    string   `json:"error,omitempty"`
}

func main() {
	isApply := flag.Bool("apply", false, "the objects come by server-side apply")
	flag.Parse()
	capabilities.Setup(true, 0) // privileged containers are allowed, as on most clusters
	if err := run(os.Stdout, flag.Args(), *isApply); err != nil {
		fmt.Fprintln(os.Stderr, "apicheck:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, files []string, isApply bool) error {
	buffered := bufio.NewWriter(out)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	for _, file := range files {
		if err := lines.Encode(check(file, isApply)); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func check(file string, isApply bool) result {
	found := result{File: file, Problems: []string{}}
	text, err := os.ReadFile(file)
	if err != nil {
		found.Error = err.Error()
		return found
	}
	objects, err := decode(text)
	if err != nil {
		found.Error = err.Error()
	}
	for _, object := range objects {
		for _, workload := range workloadsIn(object) {
			for _, problem := range problemsWith(workload, isApply) {
				found.Problems = append(found.Problems, workload.title()+": "+problem)
			}
		}
	}
	found.Problems = append(found.Problems, doubles(text)...)
	return found
}
