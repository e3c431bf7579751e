// Command objects prints what the Kubernetes API server would be sent for a
// stream of manifests: one line of JSON for each file, so that tests can
// compare the objects of two texts without comparing the texts.
//
//	objects [-strict] [FILE...]
//
// Without a FILE it reads stdin and calls it "-". The stream is taken apart by
// the decoder that kubectl and Helm use, null documents are left out, Lists
// stay Lists, and numbers keep their digits. A file that cannot be read is a
// line with "error" in it, not a failure of the program.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

// result is one line of output; exactly one of Objects and Error is set.
type result struct {
	File    string             `json:"file"`
	Objects *[]json.RawMessage `json:"objects,omitempty"`
	Error   string             `json:"error,omitempty"`
}

func main() {
	strict := flag.Bool("strict", false, "a key that is there twice is an error")
	flag.Parse()
	files := flag.Args()
	if len(files) == 0 {
		files = []string{"-"}
	}
	if err := run(os.Stdout, files, *strict); err != nil {
		fmt.Fprintln(os.Stderr, "objects:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, files []string, strict bool) error {
	buffered := bufio.NewWriter(out)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	for _, file := range files {
		if err := lines.Encode(read(file, strict)); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func read(file string, strict bool) result {
	text, err := load(file)
	if err == nil && strict {
		err = checkKeys(text)
	}
	if err != nil {
		return result{File: file, Error: err.Error()}
	}
	objects, err := decode(text)
	if err != nil {
		return result{File: file, Error: err.Error()}
	}
	return result{File: file, Objects: &objects}
}

func load(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(file)
}
