package store

// dictionary is what stored texts often say: the lines of the log as
// audit.Canonical writes them, and the words of an execution. Packed records
// refer to it by place, so it is part of the format: a change needs a new kind
// of packing beside packedLZ.
const dictionary = `{"at":"2026-` + `Z","event":"execution.started","namespace":"` + `","flow":"` + `","revision":1,"execution":"` +
	`","actor":{"person":"` + `","name":"` + `","account":"slack:T0` + `","via":"slack"},"data":{"flowDigest":"` + `","inputs":{"` + `"}}}` +
	`Z","event":"task.started","namespace":"` + `","task":"` + `","taskRun":"1","actor":{"via":"engine"}}` +
	`Z","event":"task.ended","namespace":"` + `","taskRun":"1","actor":{"via":"engine"},"data":{"state":"SUCCESS"}}` +
	`Z","event":"request.opened","namespace":"` + `","taskRun":"2","actor":{"via":"engine"},"data":{"asked":["` + `"],"deadline":"2026-` +
	`","digest":"` + `","stage":"approvers` + `","title":"` +
	`Z","event":"copy.posted","namespace":"` + `","taskRun":"2","actor":{"via":"engine"},"data":{"copy":1,"digest":"` + `","place":"#` +
	`","person":"` + `","shown":1,"surface":"slack"}}` + `"event":"copy.updated","namespace":"` + `","shown":2,"surface":"slack"}}` +
	`Z","event":"response.recorded","namespace":"` + `","via":"slack"},"data":{"digest":"` + `","evidence":"` + `","stage":"` +
	`","values":{"approved":true,"reason":"` + `"},"verdict":"approve","version":1}}` +
	`Z","event":"request.approved","namespace":"` + `Z","event":"request.rejected","namespace":"` + `Z","event":"request.expired","namespace":"` +
	`Z","event":"execution.ended","namespace":"` + `","actor":{"via":"engine"},"data":{"state":"FAILED","problem":"` + `"event":"copy.failed"` +
	`null,false,true,email,teams,web,api,.com","` +
	"\x06PAUSED\x07SUCCESS\x07RUNNING\x06FAILED\x04BOOL\x06STRING\x03INT\x05FLOAT\x04DATE\x08DATETIME\x06SELECT\x05slack\x04user\x05group\x09approvers" +
	"\x08approved\x08rejected\x06reason\x05value\x08onResume\x07outcome\x09responses\x07resumed\x02by\x02on\x02to\x03via\x07verdict\x06values" +
	"\x04INFO\x05email\x05teams\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
