module daps.test/tools/nethttp

go 1.26
