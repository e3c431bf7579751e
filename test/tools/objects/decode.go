package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	documents "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// How far kubectl looks into a stream to tell JSON from YAML.
const lookAhead = 4096

// decode reads a stream the way kubectl's resource builder does.
func decode(text []byte) ([]json.RawMessage, error) {
	objects := []json.RawMessage{}
	decoder := documents.NewYAMLOrJSONDecoder(bytes.NewReader(text), lookAhead)
	for {
		var object json.RawMessage // raw, so that no number becomes a float64
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		object = bytes.TrimSpace(object)
		if len(object) > 0 && !bytes.Equal(object, []byte("null")) {
			objects = append(objects, object)
		}
	}
}

// checkKeys reports the first key that a mapping holds twice; decode lets the
// last one win, without a word, as kubectl does.
func checkKeys(text []byte) error {
	reader := documents.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for _, value := range values(document) {
			if _, err := yaml.YAMLToJSONStrict(value); err != nil {
				return err
			}
		}
	}
}

// values takes a document of several JSON values in a row apart, which is a
// stream to kubectl and not YAML. Any other document is its own only value.
func values(document []byte) [][]byte {
	if !documents.IsJSONBuffer(document) {
		return [][]byte{document}
	}
	found := [][]byte{}
	decoder := json.NewDecoder(bytes.NewReader(document))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			return [][]byte{document}
		}
		var compact bytes.Buffer // YAML does not take tabs everywhere JSON does
		if err := json.Compact(&compact, value); err != nil {
			return [][]byte{document}
		}
		found = append(found, compact.Bytes())
	}
}
