module daps.test/tools/mesh-proxy

go 1.26
