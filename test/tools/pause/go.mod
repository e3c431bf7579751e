module daps.test/tools/pause

go 1.26
