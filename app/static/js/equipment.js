// Trying camera, microphone and loudspeaker on the lobby page. Nothing leaves the browser but whether it worked.
(function () {
  "use strict";

  var root = document.querySelector("[data-equipment]");
  if (!root) return;
  var tools = root.querySelector("[data-equipment-tools]");
  var start = root.querySelector("[data-equipment-start]");
  var stop = root.querySelector("[data-equipment-stop]");
  var tone = root.querySelector("[data-equipment-tone]");
  var stage = root.querySelector("[data-equipment-stage]");
  var picture = root.querySelector("video");
  var level = root.querySelector("meter");
  var stream = null;
  var sound = null;
  var drawing = 0;
  var heard = false;
  tools.hidden = false;
  root.querySelector("[data-equipment-without]").hidden = true;

  function say() {
    var wanted = Array.prototype.slice.call(arguments);
    root.querySelectorAll("[data-say]").forEach(function (line) { line.hidden = wanted.indexOf(line.dataset.say) < 0; });
  }

  function tell(camera, microphone) {
    var data = new URLSearchParams();
    data.append("camera", camera ? "1" : "0");
    data.append("microphone", microphone ? "1" : "0");
    window.fetch(root.dataset.equipment, { method: "POST", body: data }).catch(function () {});
  }

  function silence() {
    window.cancelAnimationFrame(drawing);
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    if (sound) sound.close();
    stream = sound = null;
    picture.srcObject = null;
    level.value = 0;
    heard = false;
  }

  function Sound() { return window.AudioContext || window.webkitAudioContext; }

  function listen(camera) {
    var Context = Sound();
    if (!Context) return;
    sound = new Context();
    if (sound.resume) sound.resume();
    var analyser = sound.createAnalyser();
    analyser.fftSize = 1024;
    sound.createMediaStreamSource(stream).connect(analyser);
    var samples = new Uint8Array(analyser.fftSize);
    var loud = 0;
    var draw = function () {
      analyser.getByteTimeDomainData(samples);
      var sum = 0;
      for (var i = 0; i < samples.length; i += 1) sum += (samples[i] - 128) * (samples[i] - 128);
      var volume = Math.min(100, Math.round(Math.sqrt(sum / samples.length) * 3));
      level.value = volume;
      loud = volume > 8 ? loud + 1 : loud;
      if (!heard && loud > 8) {
        heard = true;
        say(camera ? "works" : "only-microphone", "heard");
        tell(camera, true);
      }
      drawing = window.requestAnimationFrame(draw);
    };
    draw();
  }

  function offerDevices() {
    return navigator.mediaDevices.enumerateDevices().then(function (devices) {
      root.querySelectorAll("[data-equipment-choose]").forEach(function (line) {
        var kind = line.dataset.equipmentChoose;
        var select = line.querySelector("select");
        var found = devices.filter(function (device) { return device.kind === kind && device.deviceId; });
        var track = stream && (kind === "videoinput" ? stream.getVideoTracks() : stream.getAudioTracks())[0];
        var used = track && track.getSettings ? track.getSettings().deviceId : "";
        select.textContent = "";
        found.forEach(function (device, index) {
          select.add(new Option(device.label || String(index + 1), device.deviceId, false, device.deviceId === used));
        });
        line.hidden = found.length < 2;
      });
    }).catch(function () {});
  }

  function chosen(kind) {
    var select = root.querySelector("[data-equipment-choose=" + kind + "] select");
    return select && select.value ? { deviceId: { ideal: select.value } } : true;
  }

  function ask(wanted) { return navigator.mediaDevices.getUserMedia(wanted); }

  function trouble(error) {
    var name = error && error.name;
    if (name === "NotAllowedError" || name === "SecurityError") return "denied";
    if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
    if (name === "NotReadableError" || name === "AbortError") return "busy";
    return "failed";
  }

  function begin() {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      say(window.isSecureContext === false ? "insecure" : "failed");
      return;
    }
    silence();
    say("asking");
    ask({ video: chosen("videoinput"), audio: chosen("audioinput") }).catch(function (error) {
      if (trouble(error) === "denied") throw error;
      // One of the two may be there: the microphone matters more.
      return ask({ audio: chosen("audioinput") }).catch(function () {
        return ask({ video: chosen("videoinput") });
      }).catch(function () { throw error; });
    }).then(function (found) {
      stream = found;
      var camera = found.getVideoTracks().length > 0;
      var microphone = found.getAudioTracks().length > 0;
      stage.hidden = false;
      stop.hidden = false;
      picture.hidden = !camera;
      if (camera) {
        picture.srcObject = found;
        var played = picture.play();
        if (played && played.catch) played.catch(function () {});
      }
      say(camera && microphone ? "works" : microphone ? "only-microphone" : "only-camera");
      if (!microphone) tell(camera, false);
      else listen(camera);
      return offerDevices();
    }).catch(function (error) {
      silence();
      stage.hidden = true;
      stop.hidden = true;
      say(trouble(error));
      tell(false, false);
    });
  }

  start.addEventListener("click", begin);
  stop.addEventListener("click", function () {
    silence();
    stage.hidden = true;
    stop.hidden = true;
    say("ended");
    start.focus();
  });
  root.querySelectorAll("[data-equipment-choose] select").forEach(function (select) {
    select.addEventListener("change", begin);
  });
  tone.addEventListener("click", function () {
    var Context = Sound();
    if (!Context) { say("failed"); return; }
    var played = new Context();
    var source = played.createOscillator();
    var gain = played.createGain();
    source.frequency.value = 440;
    gain.gain.setValueAtTime(0, played.currentTime);
    gain.gain.linearRampToValueAtTime(0.2, played.currentTime + 0.05);
    gain.gain.setValueAtTime(0.2, played.currentTime + 0.9);
    gain.gain.linearRampToValueAtTime(0, played.currentTime + 1);
    source.connect(gain);
    gain.connect(played.destination);
    source.start();
    source.stop(played.currentTime + 1);
    source.onended = function () { played.close(); };
    say("tone");
  });
  window.addEventListener("pagehide", silence);
})();
