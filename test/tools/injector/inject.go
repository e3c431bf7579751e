package main

import (
	"encoding/json"

	"github.com/dapr/dapr/pkg/injector/consts"
	"github.com/dapr/dapr/pkg/injector/patcher"
	core "k8s.io/api/core/v1"
)

// What a control plane installed with Dapr's chart and no values of one's own
// passes to its injector.
const (
	controlPlaneNamespace = "dapr-system"
	clusterDomain         = "cluster.local"
	trustDomain           = "cluster.local"
	sentryID              = "spiffe://" + trustDomain + "/ns/" + controlPlaneNamespace + "/dapr-sentry"
	sidecarImage          = "ghcr.io/dapr/daprd:1.18.1"
)

// Nothing reads it, but daprd is given one.
const trustAnchors = `-----BEGIN CERTIFICATE-----
bm90IGEgY2VydGlmaWNhdGU=
-----END CERTIFICATE-----
`

// The injector leaves an image's entrypoint alone, except on these nodes.
var ignoreEntrypointTolerations = []core.Toleration{
	{Key: "alibabacloud.com/eci", Effect: core.TaintEffectNoSchedule},
	{Key: "azure.com/aci", Effect: core.TaintEffectNoSchedule},
	{Key: "aws", Effect: core.TaintEffectNoSchedule},
	{Key: "huawei.com/cci", Effect: core.TaintEffectNoSchedule},
}

// inject answers the pod with Dapr's patch applied to it. The patch goes on the
// text, as in the API server, so that what it does not touch stays as it is.
func inject(namespace string, text []byte) ([]byte, error) {
	pod := &core.Pod{}
	if err := json.Unmarshal(text, pod); err != nil {
		return nil, err
	}
	sidecar := configure(pod, namespace)
	sidecar.SetFromPodAnnotations()
	patch, err := sidecar.GetPatch()
	if err != nil {
		return nil, err
	}
	return patch.Apply(text)
}

// configure sets what getPodPatchOperations in Dapr's pkg/injector/service sets.
func configure(pod *core.Pod, namespace string) *patcher.SidecarConfig {
	sidecar := patcher.NewSidecarConfig(pod)
	sidecar.Mode = consts.ModeKubernetes
	sidecar.Namespace = namespace
	sidecar.MTLSEnabled = true
	sidecar.Identity = namespace + ":" + pod.Spec.ServiceAccountName
	sidecar.IgnoreEntrypointTolerations = ignoreEntrypointTolerations
	sidecar.ImagePullPolicy = core.PullIfNotPresent
	sidecar.OperatorAddress = patcher.ServiceAPI.Address(controlPlaneNamespace, clusterDomain)
	sidecar.SentryAddress = patcher.ServiceSentry.Address(controlPlaneNamespace, clusterDomain)
	sidecar.PlacementAddress = patcher.ServicePlacement.Address(controlPlaneNamespace, clusterDomain)
	sidecar.RunAsNonRoot = true
	sidecar.ReadOnlyRootFilesystem = true
	sidecar.ControlPlaneNamespace = controlPlaneNamespace
	sidecar.ControlPlaneTrustDomain = trustDomain
	sidecar.SentrySPIFFEID = sentryID
	sidecar.CurrentTrustAnchors = []byte(trustAnchors)
	sidecar.KubeClusterDomain = clusterDomain
	sidecar.SchedulerEnabled = true
	sidecar.SidecarImage = sidecarImage
	return sidecar
}
