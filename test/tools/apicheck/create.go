package main

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/apis/extensions"
	_ "k8s.io/kubernetes/pkg/apis/extensions/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
)

// What the server does with a new object of each kind of workload; it is the
// strategies that validate.
var strategies = map[schema.GroupKind]rest.RESTCreateStrategy{
	core.Kind("Pod"):                   pod.Strategy,
	core.Kind("ReplicationController"): replicationcontroller.Strategy,
	apps.Kind("DaemonSet"):             daemonset.Strategy,
	apps.Kind("Deployment"):            deployment.Strategy,
	apps.Kind("ReplicaSet"):            replicaset.Strategy,
	apps.Kind("StatefulSet"):           statefulset.Strategy,
	batch.Kind("CronJob"):              cronjob.Strategy,
	batch.Kind("Job"):                  job.Strategy,
	extensions.Kind("DaemonSet"):       daemonset.Strategy,
	extensions.Kind("Deployment"):      deployment.Strategy,
	extensions.Kind("ReplicaSet"):      replicaset.Strategy,
}

// Decodes strictly, fills in defaults and converts to the internal version.
var decoder = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder(
	core.SchemeGroupVersion, apps.SchemeGroupVersion, batch.SchemeGroupVersion, extensions.SchemeGroupVersion,
)

var applied = applyconfigurations.NewTypeConverter(legacyscheme.Scheme)

// problemsWith answers what the server would have against a workload.
func problemsWith(w workload, isApply bool) []string {
	object, kind, err := decoder.Decode(w.text, &w.kind, nil)
	problems := []string{}
	if strict, isStrict := runtime.AsStrictDecodingError(err); isStrict {
		// The server stops here, which is no reason not to tell the rest.
		for _, err := range strict.Errors() {
			problems = append(problems, err.Error())
		}
	} else if err != nil {
		return []string{err.Error()}
	}
	if isApply {
		if err := apply(w); err != nil {
			problems = append(problems, onOneLine(err))
		}
	}
	return append(problems, causes(create(object, *kind, w.namespace()))...)
}

// apply does the part of server-side apply that creating lacks.
func apply(w workload) error {
	object := &unstructured.Unstructured{Object: w.object}
	object.SetGroupVersionKind(w.kind)
	_, err := applied.ObjectToTyped(object)
	return err
}

// create does what the server's create handler and store do before they store.
func create(object runtime.Object, kind schema.GroupVersionKind, namespace string) error {
	strategy := strategies[kind.GroupKind()]
	metadata, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	rest.WipeObjectMetaSystemFields(metadata)
	if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(namespace, metadata); err != nil {
		return err
	}
	rest.FillObjectMetaSystemFields(metadata)
	if metadata.GetName() == "" && metadata.GetGenerateName() != "" {
		metadata.SetName(metadata.GetGenerateName() + "xxxxx") // not random, so that answers do not differ
	}
	ctx := request.WithNamespace(context.Background(), namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{APIGroup: kind.Group, APIVersion: kind.Version})
	return rest.BeforeCreate(strategy, ctx, object)
}

// causes takes an error apart: one sentence for each field.
func causes(err error) []string {
	if err == nil {
		return nil
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Reason != metav1.StatusReasonInvalid {
		return []string{err.Error()}
	}
	sentences := []string{}
	for _, cause := range status.Status().Details.Causes {
		sentences = append(sentences, cause.Field+": "+cause.Message)
	}
	return sentences
}
