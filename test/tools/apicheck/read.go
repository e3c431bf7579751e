package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// How far kubectl looks into a stream to tell JSON from YAML.
const lookAhead = 4096

// decode reads a stream the way kubectl's resource builder does; with an error
// it answers what it read before.
func decode(text []byte) ([]json.RawMessage, error) {
	objects := []json.RawMessage{}
	decoder := documents.NewYAMLOrJSONDecoder(bytes.NewReader(text), lookAhead)
	for {
		var object json.RawMessage
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return objects, err
		}
		objects = append(objects, object)
	}
}

// doubles reports documents with workloads and a key that a mapping holds
// twice: of those, decode keeps the last one without a word.
func doubles(text []byte) []string {
	problems := []string{}
	reader := documents.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if err != nil {
			return problems // at the end, or where decode has given up, too
		}
		_, double := yaml.YAMLToJSONStrict(document)
		object, err := yaml.YAMLToJSON(document)
		if err != nil || double == nil {
			continue
		}
		if workloads := workloadsIn(object); len(workloads) > 0 {
			problems = append(problems, workloads[0].title()+": "+onOneLine(double))
		}
	}
}

func onOneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// A workload is an object of a kind that has a strategy.
type workload struct {
	kind   schema.GroupVersionKind
	text   []byte
	object map[string]any
}

// title names a workload for people.
func (w workload) title() string {
	name := w.metadata("name")
	if name == "" {
		name = w.metadata("generateName") + "*"
	}
	return w.kind.Kind + " " + w.namespace() + "/" + name
}

func (w workload) namespace() string {
	if namespace := w.metadata("namespace"); namespace != "" {
		return namespace
	}
	return "default"
}

func (w workload) metadata(field string) string {
	value, _, _ := unstructured.NestedString(w.object, "metadata", field)
	return value
}

// workloadsIn answers an object, or the items of a List, if they are workloads.
func workloadsIn(text []byte) []workload {
	return workloadsOf(text, schema.GroupVersionKind{})
}

// workloadsOf is told the kind of an object that does not say its own.
func workloadsOf(text []byte, kind schema.GroupVersionKind) []workload {
	object := map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(text, &object); err != nil {
		return nil // not an object
	}
	if own := kindOf(object); !own.Empty() {
		kind = own
	}
	if _, isList := object["items"].([]any); isList {
		return itemsOf(text, kind)
	}
	if _, isWorkload := strategies[kind.GroupKind()]; !isWorkload {
		return nil
	}
	return []workload{{kind, text, object}}
}

func itemsOf(text []byte, list schema.GroupVersionKind) []workload {
	item := list.GroupVersion().WithKind(strings.TrimSuffix(list.Kind, "List"))
	content := struct {
		Items []json.RawMessage `json:"items"`
	}{}
	found := []workload{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(text, &content); err != nil {
		return found
	}
	for _, text := range content.Items {
		found = append(found, workloadsOf(text, item)...)
	}
	return found
}

func kindOf(object map[string]any) schema.GroupVersionKind {
	version, _, _ := unstructured.NestedString(object, "apiVersion")
	kind, _, _ := unstructured.NestedString(object, "kind")
	return schema.FromAPIVersionAndKind(version, kind)
}
