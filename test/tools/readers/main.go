// Command readers prints the objects that other tools read in streams of
// manifests: one line of JSON for each file.
//
//	readers -as yaml3|helm4 FILE...
//
// With -as yaml3 it reads as go-yaml v3 does. With -as helm4 kyaml reads and
// writes the stream first, as Helm 4 does with the output of a post-renderer. A
// file that cannot be read is a line with "error" in it, not a failure of the
// program.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

// reader turns a stream of manifests into objects.
type reader func(text []byte) ([]json.RawMessage, error)

var readers = map[string]reader{"yaml3": decodeYAML3, "helm4": decodeHelm4}

// result is one line of output; exactly one of Objects and Error is set.
type result struct {
	File    string             `json:"file"`
	Objects *[]json.RawMessage `json:"objects,omitempty"`
	Error   string             `json:"error,omitempty"`
}

func main() {
	as := flag.String("as", "", "who reads: yaml3 or helm4")
	flag.Parse()
	objectsOf, isKnown := readers[*as]
	if !isKnown {
		fmt.Fprintf(os.Stderr, "readers: there is no reader %q; write -as yaml3 or -as helm4\n", *as)
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Args(), objectsOf); err != nil {
		fmt.Fprintln(os.Stderr, "readers:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, files []string, objectsOf reader) error {
	buffered := bufio.NewWriter(out)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	for _, file := range files {
		if err := lines.Encode(read(file, objectsOf)); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// read also survives a panic of a library, which is an error of that file.
func read(file string, objectsOf reader) (found result) {
	defer func() {
		if cause := recover(); cause != nil {
			found = result{File: file, Error: fmt.Sprint(cause)}
		}
	}()
	text, err := os.ReadFile(file)
	if err != nil {
		return result{File: file, Error: err.Error()}
	}
	objects, err := objectsOf(text)
	if err != nil {
		return result{File: file, Error: err.Error()}
	}
	return result{File: file, Objects: &objects}
}
