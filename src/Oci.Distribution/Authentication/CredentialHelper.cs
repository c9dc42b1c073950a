using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Oci.Distribution.Authentication;

/// <summary>Runs <c>docker-credential-NAME get</c>: the server goes in, a user name and a secret come out as JSON.</summary>
internal static class CredentialHelper
{
    private const int MaxAnswerLength = 64 * 1024;
    private const string NotFound = "credentials not found in native keychain";

    // A helper says by this name that its secret is an identity token.
    private const string TokenUser = "<token>";

    public static async Task<RegistryCredential?> GetAsync(string name, string serverUrl, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (name.Length > 100 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            throw new RegistryAuthenticationException("A credential helper is named that has no name of a program.", hint: "Mend credsStore and credHelpers in the config file.");
        }
        string program = $"docker-credential-{name}";
        (int exitCode, string output) = await RunAsync(program, serverUrl, timeout, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal)
                ? null
                : throw new RegistryAuthenticationException($"The credential helper {program} failed with exit code {exitCode}.", hint: $"Run 'echo {serverUrl} | {program} get' to see why.");
        }
        try
        {
            CredentialHelperAnswer? answer = JsonSerializer.Deserialize(output, DistributionJsonContext.Default.CredentialHelperAnswer);
            if (string.IsNullOrEmpty(answer?.Secret))
            {
                return null;
            }
            return answer.Username == TokenUser
                ? RegistryCredential.FromIdentityToken(answer.Secret)
                : RegistryCredential.FromPassword(answer.Username ?? "", answer.Secret);
        }
        catch (JsonException)
        {
            // The exception's own text may quote the secret.
            throw new RegistryAuthenticationException($"The credential helper {program} answered with something that is not the JSON it must be.");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string input, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(timeout);
        using Process process = Start(program);
        try
        {
            // Nobody wants what it says there, but a full pipe would stop it.
            Task drained = process.StandardError.BaseStream.CopyToAsync(Stream.Null, timer.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), timer.Token).ConfigureAwait(false);
            process.StandardInput.Close();
            string output = await ReadAsync(process.StandardOutput.BaseStream, program, timer.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(timer.Token).ConfigureAwait(false);
            await drained.ConfigureAwait(false);
            return (process.ExitCode, output);
        }
        catch (Exception e)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is OperationCanceledException)
            {
                throw new RegistryAuthenticationException($"The credential helper {program} did not end within {timeout.TotalSeconds:0.#} seconds.");
            }
            if (e is IOException)
            {
                throw new RegistryAuthenticationException($"The credential helper {program} broke off: {e.Message}", innerException: e);
            }
            throw;
        }
    }

    private static Process Start(string program)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, "get")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new RegistryAuthenticationException($"The credential helper {program} could not be started: {e.Message}", hint: "Install it, or change credsStore and credHelpers in the config file.", innerException: e);
        }
    }

    private static async Task<string> ReadAsync(Stream output, string program, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswerLength + 1];
        int length = await output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length <= MaxAnswerLength
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new RegistryAuthenticationException($"The credential helper {program} answered more than {MaxAnswerLength} bytes.");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
