using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RegistryServer;

/// <summary>The help of the command line, and what to start from.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          # For this machine alone, without a password
          registry --data /var/lib/registry

          # With users, over https; docker and podman log in with: podman login registry.example
          htpasswd -cB users alice
          registry --data /var/lib/registry --urls https://0.0.0.0:443 --cert fullchain.pem --key key.pem --htpasswd users

          # Everybody pulls, users push
          registry --data /var/lib/registry --htpasswd users --tokens --anonymous-pull

          # A cache of Docker Hub: podman pull --tls-verify=false 127.0.0.1:5000/library/debian:12
          registry --data /var/cache/registry --proxy https://registry-1.docker.io

        GET /healthz says whether the content can be written and has room. SIGTERM ends it once the requests that run have
        ended; uploads that were not finished go on after the next start.
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return code;
    }
}
