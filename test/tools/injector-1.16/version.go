package main

import (
	"strings"

	"github.com/dapr/dapr/pkg/injector/patcher"
	"github.com/dapr/dapr/pkg/injector/service"
)

const sidecarImage = "ghcr.io/dapr/daprd:1.16.5"

// The size of the scheduler's StatefulSet in Dapr's chart.
const defaultSchedulerReplicas = 3

// setVersioned sets what not every version of the injector knows.
func setVersioned(sidecar *patcher.SidecarConfig, config service.Config, asked *request) {
	replicas := defaultSchedulerReplicas
	if asked.SchedulerReplicas != nil {
		replicas = *asked.SchedulerReplicas
	}
	sidecar.SkipReminderMigration = config.SkipReminderMigration
	all := patcher.ServiceScheduler.AddressAllInstances(replicas, config.Namespace, config.KubeClusterDomain)
	sidecar.SchedulerAddress = strings.Join(all, ",")
	if len(all) > 0 {
		sidecar.SchedulerAddressDNSA = "dapr-scheduler-server-a." + config.Namespace + ".svc." + config.KubeClusterDomain + ":443"
	}
}
