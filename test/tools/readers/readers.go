package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	yaml3 "go.yaml.in/yaml/v3"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// decodeYAML3 reads as go-yaml v3 does, which is what kustomize, kyaml and yq
// read with. Keys become text, as JSON needs them.
func decodeYAML3(text []byte) ([]json.RawMessage, error) {
	objects := []json.RawMessage{}
	decoder := yaml3.NewDecoder(bytes.NewReader(text))
	for {
		var value any
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		object, err := json.Marshal(withTextKeys(value))
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

func withTextKeys(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = withTextKeys(item)
		}
		return value
	case map[any]any:
		texts := make(map[string]any, len(value))
		for key, item := range value {
			texts[fmt.Sprint(key)] = withTextKeys(item)
		}
		return texts
	case []any:
		for index, item := range value {
			value[index] = withTextKeys(item)
		}
		return value
	default:
		return value
	}
}

// The annotation by which Helm 4 finds the template of an object again.
const filenameAnnotation = "postrenderer.helm.sh/postrender-filename"

// decodeHelm4 writes a stream as Helm 4 writes what a post-renderer printed,
// and reads the result as kubectl does (helm.sh/helm/v4 v4.3.1,
// pkg/action/action.go, splitAndDeannotate).
func decodeHelm4(text []byte) ([]json.RawMessage, error) {
	nodes, err := kio.ParseAll(string(text))
	if err != nil {
		return nil, err
	}
	for _, node := range nodes {
		if _, err := node.GetMeta(); err != nil {
			return nil, err
		}
		if err := node.PipeE(kyaml.ClearAnnotation(filenameAnnotation)); err != nil {
			return nil, err
		}
	}
	written, err := kio.StringAll(nodes)
	if err != nil {
		return nil, err
	}
	return decodeAsHelm([]byte(written))
}

// How far Helm looks into a stream to tell JSON from YAML.
const lookAhead = 4096

// decodeAsHelm reads a stream as the resource builder of Helm and kubectl does.
func decodeAsHelm(text []byte) ([]json.RawMessage, error) {
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
