package main

import (
	"github.com/dapr/dapr/pkg/injector/patcher"
	"github.com/dapr/dapr/pkg/injector/service"
)

const sidecarImage = "ghcr.io/dapr/daprd:1.18.1"

// setVersioned sets what not every version of the injector knows.
func setVersioned(sidecar *patcher.SidecarConfig, config service.Config, asked *request) {
	sidecar.KubeClusterDomain = config.KubeClusterDomain
	sidecar.SchedulerEnabled = asked.SchedulerReplicas == nil || *asked.SchedulerReplicas > 0
	sidecar.EnableNativeSidecar = config.GetNativeSidecarEnabled()
}
