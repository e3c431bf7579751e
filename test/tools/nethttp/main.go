// Command nethttp tells how Go's net/http frames streams of HTTP/1 messages,
// which is how daprd reads an app's answers and how an app in Go reads
// requests. A line of JSON on stdin asks about one stream, a line on stdout
// answers.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
)

// question is a stream: answers to one request with a method, or requests
// where there is none.
type question struct {
	Method string `json:"method"`
	Stream []byte `json:"stream"`
}

// message is one that was read as a whole; End is the offset behind it, or
// that of the stream's end where only the connection's end is its end.
type message struct {
	What       string `json:"what"`
	End        int    `json:"end"`
	UntilClose bool   `json:"untilClose"`
}

// verdict holds what was read, and why reading stopped: the stream's end
// within a message is "", as far as that can be told.
type verdict struct {
	Messages []message `json:"messages"`
	Refused  string    `json:"refused"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked question
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err == nil {
			err = out.Encode(judge(asked))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "nethttp:", err)
			os.Exit(1)
		}
	}
}

func judge(asked question) verdict {
	source := bytes.NewReader(asked.Stream)
	reader := bufio.NewReaderSize(source, 1<<17)
	result := verdict{Messages: []message{}}
	for {
		if _, err := reader.Peek(1); err != nil {
			return result
		}
		read, isLast, err := next(reader, asked.Method)
		if err != nil {
			result.Refused = err.Error()
			return result
		}
		read.End = len(asked.Stream) - source.Len() - reader.Buffered()
		result.Messages = append(result.Messages, read)
		if isLast {
			return result
		}
	}
}

// next reads a message with its body. As net/http's Transport does, it reads
// on behind interim answers, and not behind the final one.
func next(reader *bufio.Reader, method string) (message, bool, error) {
	if method == "" {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return message{}, false, err
		}
		_, err = io.Copy(io.Discard, request.Body)
		return message{What: request.Method + " " + request.RequestURI}, false, err
	}
	answer, err := http.ReadResponse(reader, &http.Request{Method: method})
	if err != nil {
		return message{}, false, err
	}
	read := message{What: strconv.Itoa(answer.StatusCode)}
	if answer.StatusCode >= 100 && answer.StatusCode < 200 && answer.StatusCode != http.StatusSwitchingProtocols {
		return read, false, nil
	}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		return read, true, nil
	}
	isChunked := len(answer.TransferEncoding) > 0
	read.UntilClose = answer.ContentLength < 0 && !isChunked && method != http.MethodHead && answer.Body != http.NoBody
	_, err = io.Copy(io.Discard, answer.Body)
	return read, true, err
}
