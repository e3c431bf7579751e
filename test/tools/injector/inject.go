package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/dapr/dapr/pkg/injector/consts"
	"github.com/dapr/dapr/pkg/injector/patcher"
	"github.com/dapr/dapr/pkg/injector/service"
	core "k8s.io/api/core/v1"
)

// The injector's environment with Dapr's chart and no values of one's own. The
// backslashes are the chart's: it is no JSON, and the injector passes it over.
var chartEnvironment = map[string]string{
	"NAMESPACE":                         "dapr-system",
	"KUBE_CLUSTER_DOMAIN":               "cluster.local",
	"DAPR_CONTROL_PLANE_TRUST_DOMAIN":   "cluster.local",
	"SIDECAR_IMAGE":                     sidecarImage,
	"SIDECAR_IMAGE_PULL_POLICY":         "IfNotPresent",
	"SIDECAR_RUN_AS_NON_ROOT":           "true",
	"ENABLE_K8S_DOWNWARD_APIS":          "false",
	"SIDECAR_DROP_ALL_CAPABILITIES":     "false",
	"SIDECAR_READ_ONLY_ROOT_FILESYSTEM": "true",
	"NATIVE_SIDECAR_ENABLED":            "false",
	"IGNORE_ENTRYPOINT_TOLERATIONS":     `[{\"effect\":\"NoSchedule\",\"key\":\"aws\"}]`,
	"ACTORS_ENABLED":                    "true",
	"ACTORS_SERVICE_NAME":               "placement",
	"ACTORS_SERVICE_ADDRESS":            "dapr-placement-server:50005",
}

// Nothing reads it, but daprd is given one.
const trustAnchors = `-----BEGIN CERTIFICATE-----
bm90IGEgY2VydGlmaWNhdGU=
-----END CERTIFICATE-----
`

// inject answers the pod with Dapr's patch applied to it. The patch goes on the
// text, as in the API server, so that what it does not touch stays as it is.
func inject(asked *request) ([]byte, error) {
	pod := &core.Pod{}
	if err := json.Unmarshal(asked.Pod, pod); err != nil {
		return nil, err
	}
	restore, err := setEnvironment(asked.Environment)
	defer restore()
	if err != nil {
		return nil, err
	}
	config, err := service.GetConfig()
	if err != nil {
		return nil, err
	}
	sidecar := configure(pod, asked, config)
	sidecar.SetFromPodAnnotations()
	patch, err := sidecar.GetPatch()
	if err != nil {
		return nil, err
	}
	return patch.Apply(asked.Pod)
}

// setEnvironment makes an environment this process's own, which the injector
// reads both at its start and for a pod; what it returns takes it away again.
func setEnvironment(environment map[string]string) (func(), error) {
	restore := func() {
		for name := range environment {
			_ = os.Unsetenv(name)
		}
	}
	for _, variables := range []map[string]string{chartEnvironment, environment} {
		for name, value := range variables {
			if err := os.Setenv(name, value); err != nil {
				return restore, err
			}
		}
	}
	return restore, nil
}

// configure sets what getPodPatchOperations in Dapr's pkg/injector/service sets.
func configure(pod *core.Pod, asked *request, config service.Config) *patcher.SidecarConfig {
	sidecar := patcher.NewSidecarConfig(pod)
	sidecar.GetInjectedComponentContainers = func(appID, _ string) ([]core.Container, error) {
		return patcher.Injectable(appID, asked.Components), nil
	}
	sidecar.Mode = consts.ModeKubernetes
	sidecar.Namespace = asked.Namespace
	sidecar.MTLSEnabled = asked.MTLS == nil || *asked.MTLS
	sidecar.Identity = asked.Namespace + ":" + pod.Spec.ServiceAccountName
	sidecar.IgnoreEntrypointTolerations = config.GetIgnoreEntrypointTolerations()
	sidecar.ImagePullPolicy = config.GetPullPolicy()
	sidecar.OperatorAddress = patcher.ServiceAPI.Address(config.Namespace, config.KubeClusterDomain)
	sidecar.SentryAddress = patcher.ServiceSentry.Address(config.Namespace, config.KubeClusterDomain)
	sidecar.RunAsNonRoot = config.GetRunAsNonRoot()
	sidecar.RunAsUser = config.GetRunAsUser()
	sidecar.RunAsGroup = config.GetRunAsGroup()
	sidecar.ReadOnlyRootFilesystem = config.GetReadOnlyRootFilesystem()
	sidecar.EnableK8sDownwardAPIs = config.GetEnableK8sDownwardAPIs()
	sidecar.SidecarDropALLCapabilities = config.GetDropCapabilities()
	sidecar.ControlPlaneNamespace = config.Namespace
	sidecar.ControlPlaneTrustDomain = config.ControlPlaneTrustDomain
	sidecar.SentrySPIFFEID = fmt.Sprintf("spiffe://%s/ns/%s/dapr-sentry", config.ControlPlaneTrustDomain, config.Namespace)
	sidecar.CurrentTrustAnchors = []byte(trustAnchors)
	if asked.TrustAnchors != nil {
		sidecar.CurrentTrustAnchors = []byte(*asked.TrustAnchors)
	}
	setActors(sidecar, config)
	setVersioned(sidecar, config, asked)
	sidecar.SidecarImage = config.SidecarImage
	return sidecar
}

// setActors sets the addresses of the actor and reminder services.
func setActors(sidecar *patcher.SidecarConfig, config service.Config) {
	if config.GetActorsEnabled() {
		name, actors := config.GetActorsService()
		address := actors.Address(config.Namespace, config.KubeClusterDomain)
		if name == "placement" {
			sidecar.PlacementAddress = address
		} else {
			sidecar.ActorsService = name + ":" + address
		}
	}
	if name, reminders, ok := config.GetRemindersService(); ok {
		sidecar.RemindersService = name + ":" + reminders.Address(config.Namespace, config.KubeClusterDomain)
	}
}
