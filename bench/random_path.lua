-- Requests random ones of the paths in the file that the first argument names; all of them are made beforehand.
local requests = {}

function init(arguments)
  math.randomseed(1)
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  return requests[math.random(#requests)]
end
