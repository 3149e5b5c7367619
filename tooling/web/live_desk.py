"""A desk that finds socket.io on a port of its own, where no proxy stands before both servers.

Frappe's desk looks for it beside the page unless the page says `dev_server`. To run Frappe itself as a development server would
also show tracebacks to guests and build each page anew.
"""

from collections.abc import Callable, Iterable

from werkzeug.wrappers import Response

Application = Callable[[dict, Callable], Iterable[bytes]]

SAID, MEANT = b"window.dev_server = 0;", b"window.dev_server = 1;"


def with_socket_port(application: Application) -> Application:
	"""The application with desk pages that look for socket.io on the port that their site names."""

	def serve(environ: dict, start_response: Callable) -> Iterable[bytes]:
		path = environ.get("PATH_INFO", "")
		if path != "/app" and not path.startswith("/app/"):
			return application(environ, start_response)
		page = Response.from_app(application, environ)
		page.set_data(page.get_data().replace(SAID, MEANT, 1))
		return page(environ, start_response)

	return serve
